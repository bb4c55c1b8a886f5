import RPPCommandLine

CommandLineApp().run()
