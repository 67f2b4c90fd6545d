/**
 * The difference between the locks a host holds and those that its claims need, and the corrections that follow.
 */
@NullMarked
package io.lockstep.core.reconcile;

import org.jspecify.annotations.NullMarked;
