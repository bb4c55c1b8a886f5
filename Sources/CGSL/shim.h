#pragma once
// GSL's own gsl_cblas.h declares the enums of cblas.h once more, and Clang refuses both in one program:
// take OpenBLAS's declarations in its place (libgslcblas is not linked either).
#define __GSL_CBLAS_H__
#include <cblas.h>
#include <gsl/gsl_blas.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_fit.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_matrix_double.h>
#include <gsl/gsl_min.h>
#include <gsl/gsl_multifit_nlinear.h>
#include <gsl/gsl_spline.h>
#include <gsl/gsl_statistics_double.h>
