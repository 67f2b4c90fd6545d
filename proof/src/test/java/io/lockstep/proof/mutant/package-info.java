@NullMarked
package io.lockstep.proof.mutant;

import org.jspecify.annotations.NullMarked;
