! Montbrio-Pazo-Roxin for AUTO-07p with tau = Delta = 1: PAR(1) = eta_bar, PAR(2) = J; u = (r, v).
      subroutine func(ndim, u, icp, par, ijac, f, dfdu, dfdp)
      implicit none
      integer, intent(in) :: ndim, icp(*), ijac
      double precision, intent(in) :: u(ndim), par(*)
      double precision, intent(out) :: f(ndim)
      double precision, intent(inout) :: dfdu(ndim, ndim), dfdp(ndim, *)
      double precision, parameter :: pi = 4 * atan(1d0)
      f(1) = 1 / pi + 2 * u(1) * u(2)
      f(2) = u(2)**2 + par(1) - (pi * u(1))**2 + par(2) * u(1)
      end subroutine

      subroutine stpnt(ndim, u, par, t)
      implicit none
      integer, intent(in) :: ndim
      double precision, intent(inout) :: u(ndim), par(*)
      double precision, intent(in) :: t
      double precision, parameter :: pi = 4 * atan(1d0)
! The rate 0.05 is at rest at this potential and this eta_bar.
      u = (/ 0.05d0, -1 / (0.1d0 * pi) /)
      par(2) = 15
      par(1) = (pi * u(1))**2 - u(2)**2 - par(2) * u(1)
      end subroutine

      subroutine bcnd
      end subroutine
      subroutine icnd
      end subroutine
      subroutine fopt
      end subroutine
      subroutine pvls
      end subroutine
