/**
 * Between the protocol's messages and the vocabulary of {@code core}.
 *
 * <p>Guarantee: what comes from the wire is checked here once; a message that does not make sense is an
 * {@link IllegalArgumentException} that names the field, never a half-valid value.
 */
@NullMarked
package io.lockstep.proto.convert;

import org.jspecify.annotations.NullMarked;
