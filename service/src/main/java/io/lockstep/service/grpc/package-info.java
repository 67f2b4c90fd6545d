/**
 * Answering gRPC calls in a Quarkus service.
 *
 * <p>Guarantees: a call is answered on a virtual thread and hears at once when its caller goes away; an argument that makes no
 * sense is INVALID_ARGUMENT with the reason, and an error of our own is logged and told.
 */
@NullMarked
package io.lockstep.service.grpc;

import org.jspecify.annotations.NullMarked;
