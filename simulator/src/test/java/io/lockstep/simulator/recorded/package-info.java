/** The simulator against what a real cluster answered: the recordings are replayed step by step and compared. */
package io.lockstep.simulator.recorded;
