! Jansen-Rit for AUTO-07p: time in units of 10 ms, PAR(1) = p (1/s), PAR(2) = B (mV), PAR(11) = period (10 ms).
      subroutine func(ndim, u, icp, par, ijac, f, dfdu, dfdp)
      implicit none
      integer, intent(in) :: ndim, icp(*), ijac
      double precision, intent(in) :: u(ndim), par(*)
      double precision, intent(out) :: f(ndim)
      double precision, intent(inout) :: dfdu(ndim, ndim), dfdp(ndim, *)
      double precision, parameter :: contacts = 135d0, gain = 3.25d0, slow = 0.5d0
      f(1) = u(4)
      f(2) = u(5)
      f(3) = u(6)
      f(4) = gain * rate(u(2) - u(3)) - 2 * u(4) - u(1)
      f(5) = gain * (par(1) / 100 + 0.8d0 * contacts * rate(contacts * u(1))) - 2 * u(5) - u(2)
      f(6) = par(2) * slow * 0.25d0 * contacts * rate(0.25d0 * contacts * u(1)) - 2 * slow * u(6) - slow**2 * u(3)
      contains
! Per 10 ms.
      double precision function rate(v)
      double precision, intent(in) :: v
      rate = 0.05d0 / (1 + exp(0.56d0 * (6 - v)))
      end function
      end subroutine

      subroutine stpnt(ndim, u, par, t)
      implicit none
      integer, intent(in) :: ndim
      double precision, intent(inout) :: u(ndim), par(*)
      double precision, intent(in) :: t
      double precision :: f(6), none(6, 6)
      integer :: k
      par(1:2) = (/ -100d0, 22d0 /)
      u = 0
! At rest each synapse holds what its input makes of it; with this little drive repeating that comes to rest.
      do k = 1, 100
         call func(6, u, (/ 1 /), par, 0, f, none, none)
         u(1:3) = u(1:3) + f(4:6) / (/ 1d0, 1d0, 0.25d0 /)
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
