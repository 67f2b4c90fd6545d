/**
 * The rules of a handover: what each side does next from its own observation alone, and what only both sides together show.
 */
@NullMarked
package io.lockstep.core.handover;

import org.jspecify.annotations.NullMarked;
