/**
 * Keeps claims in step with the domains that run, and locks in step with claims.
 */
@NullMarked
package io.lockstep.agent.reconcile;

import org.jspecify.annotations.NullMarked;
