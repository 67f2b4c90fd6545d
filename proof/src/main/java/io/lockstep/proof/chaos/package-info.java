/**
 * Random runs of the real agents and the real controller over the simulated cluster.
 *
 * <p>Guarantees: one thread, a virtual clock, and one source of chance: a run is a function of its seed, its steps and its mutant, and a
 * failing one replays exactly. What is judged is the simulated shared disk and the simulated qemu processes, never what an agent says.
 */
@NullMarked
package io.lockstep.proof.chaos;

import org.jspecify.annotations.NullMarked;
