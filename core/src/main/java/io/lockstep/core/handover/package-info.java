/**
 * The words of a handover: its identity and epoch, what one host keeps of an open one, how far each side is, and the alarms that only
 * both sides together show.
 */
@NullMarked
package io.lockstep.core.handover;

import org.jspecify.annotations.NullMarked;
