/**
 * The hosts of the cluster: who registered, what each agent streams, and what the controller may ask of it.
 *
 * <p>Guarantees: a host whose stream is lost or silent is unknown, never absent; what an agent says is only ever the latest
 * inventory of its latest stream; nothing here waits for an agent.
 */
@NullMarked
package io.lockstep.controller.host;

import org.jspecify.annotations.NullMarked;
