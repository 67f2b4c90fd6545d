/**
 * Handovers: opened here, their sides woken, and what became of them remembered.
 *
 * <p>Guarantees: at most one Begin of a domain at a time, and none while a side of a former handover can still close it; what the
 * sides report is taken in any order and any number of times; a side's own word that it has closed is final; whatever fails here
 * delays a guest, and decides nothing for a side.
 */
@NullMarked
package io.lockstep.controller.handover;

import org.jspecify.annotations.NullMarked;
