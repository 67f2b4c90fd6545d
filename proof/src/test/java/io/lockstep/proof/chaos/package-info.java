/** Random runs on each change: a few short ones, and that they replay exactly. */
@NullMarked
package io.lockstep.proof.chaos;

import org.jspecify.annotations.NullMarked;
