/**
 * A bounded model of Lockstep: one volume, one or two domains, two or three hosts and a controller, in every order in which their
 * steps can happen.
 *
 * <p>Guarantees: whatever {@code core} has a rule for is decided by that rule ({@link io.lockstep.proof.model.Rules}); the order of
 * the agent's and libvirt's steps is theirs; what the controller says is not computed but arbitrary, so that no staleness, crash or
 * loss of memory of it is left out. A message that was sent once may arrive at any later time, any number of times, or never.
 */
@NullMarked
package io.lockstep.proof.model;

import org.jspecify.annotations.NullMarked;
