/**
 * Handovers and alarms, as the controller remembers them.
 */
@NullMarked
package io.lockstep.cli.handover;

import org.jspecify.annotations.NullMarked;
