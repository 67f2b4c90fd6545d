/** Fakes of the controller's ports, on a clock that only moves when somebody waits. */
package io.lockstep.controller.fake;
