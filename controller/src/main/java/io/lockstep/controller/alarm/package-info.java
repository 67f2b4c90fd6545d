/**
 * Alarms: what only both sides of a handover together show, and what a side says that a person should look at.
 *
 * <p>Guarantees: a double run, a left-over and a third host are raised and cleared by looks that were asked for afresh, never by
 * what a host streams; a host that does not answer neither raises nor clears anything; an alarm stands until it is cleared, across
 * restarts too.
 */
@NullMarked
package io.lockstep.controller.alarm;

import org.jspecify.annotations.NullMarked;
