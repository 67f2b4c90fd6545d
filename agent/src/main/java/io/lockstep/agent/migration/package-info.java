/**
 * Live migrations away from this host at a person's word: what speaks against one, starting it, and how far it is. No lock is taken
 * or given here; that is the hooks' part, as in every migration.
 */
@NullMarked
package io.lockstep.agent.migration;

import org.jspecify.annotations.NullMarked;
