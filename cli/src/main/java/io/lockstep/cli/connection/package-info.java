/**
 * Whom {@code lockstepctl} asks: the controller, or one agent directly, over gRPC with or without TLS.
 *
 * <p>Guarantee: a peer that cannot be reached, is silent or refuses is one {@link io.lockstep.cli.CommandFailure} that names it, the
 * cause, and how to check.
 */
@NullMarked
package io.lockstep.cli.connection;

import org.jspecify.annotations.NullMarked;
