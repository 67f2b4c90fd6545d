/**
 * What a person does by hand: looked at afresh on both sides before, refused with its reason where it would break an invariant, and
 * noted in the handover's own timeline.
 */
@NullMarked
package io.lockstep.controller.intervention;

import org.jspecify.annotations.NullMarked;
