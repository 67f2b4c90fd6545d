/**
 * What this host tells of itself over gRPC.
 */
@NullMarked
package io.lockstep.agent.inventory;

import org.jspecify.annotations.NullMarked;
