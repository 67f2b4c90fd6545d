/**
 * Mutants of the rules, each wrong in one place, and who catches them: a proof that lets one live proves nothing about that place.
 */
@NullMarked
package io.lockstep.proof.mutant;

import org.jspecify.annotations.NullMarked;
