/**
 * Evidence: a bounded model of the rules ({@code model}), random runs of the real agents and controller ({@code chaos}), and mutants
 * of both, each of which must be caught.
 */
@NullMarked
package io.lockstep.proof;

import org.jspecify.annotations.NullMarked;
