! Wilson-Cowan with the plain logistic for AUTO-07p: time in units of tau, PAR(1) = P_E, PAR(2) = P_I, PAR(11) = period.
      subroutine func(ndim, u, icp, par, ijac, f, dfdu, dfdp)
      implicit none
      integer, intent(in) :: ndim, icp(*), ijac
      double precision, intent(in) :: u(ndim), par(*)
      double precision, intent(out) :: f(ndim)
      double precision, intent(inout) :: dfdu(ndim, ndim), dfdp(ndim, *)
      f(1) = -u(1) + 1 / (1 + exp(-(12 * u(1) - 12 * u(2) + par(1))))
      f(2) = -u(2) + 1 / (1 + exp(-(12 * u(1) - 2 * u(2) + par(2))))
      end subroutine

      subroutine stpnt(ndim, u, par, t)
      implicit none
      integer, intent(in) :: ndim
      double precision, intent(inout) :: u(ndim), par(*)
      double precision, intent(in) :: t
      double precision :: f(2), none(2, 2)
      integer :: k
      par(1:2) = (/ -6d0, -6d0 /)
      u = 0
! With this little drive the activities that the activities make come to rest.
      do k = 1, 500
         call func(2, u, (/ 1 /), par, 0, f, none, none)
         u = u + f / 2
      end do
      end subroutine

      subroutine bcnd
      end subroutine
      subroutine icnd
      end subroutine
      subroutine fopt
      end subroutine
      subroutine pvls
      end subroutine
