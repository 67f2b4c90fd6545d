/**
 * Scenarios on a real two-host cluster in emulation, checked against sanlock's own lease area.
 */
@NullMarked
package io.lockstep.lab;

import org.jspecify.annotations.NullMarked;
