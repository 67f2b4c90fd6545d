/**
 * Hosts and the domains that are active on them, as the controller or one agent knows them.
 */
@NullMarked
package io.lockstep.cli.host;

import org.jspecify.annotations.NullMarked;
