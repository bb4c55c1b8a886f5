import RPP

CommandLineApp().run()
