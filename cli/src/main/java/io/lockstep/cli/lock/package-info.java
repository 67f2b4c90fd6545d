/**
 * The locks that hosts hold, why they hold them, and changing them by hand.
 */
@NullMarked
package io.lockstep.cli.lock;

import org.jspecify.annotations.NullMarked;
