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
#include <gsl/gsl_roots.h>
#include <gsl/gsl_spline.h>
#include <gsl/gsl_statistics_double.h>

// GSL's algorithms are pointers in global variables, which Swift 6 takes for shared state: functions return them.
static inline const gsl_multifit_nlinear_type *rpp_gsl_multifit_nlinear_trust(void) { return gsl_multifit_nlinear_trust; }
static inline const gsl_interp_type *rpp_gsl_interp_cspline(void) { return gsl_interp_cspline; }
static inline const gsl_min_fminimizer_type *rpp_gsl_min_fminimizer_brent(void) { return gsl_min_fminimizer_brent; }
static inline const gsl_root_fsolver_type *rpp_gsl_root_fsolver_brent(void) { return gsl_root_fsolver_brent; }
