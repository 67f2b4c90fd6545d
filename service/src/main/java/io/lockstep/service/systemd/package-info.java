/**
 * What a service tells systemd: that it is ready, how it is, that it lives, that it stops.
 *
 * <p>Guarantee: without systemd, or when systemd does not listen, nothing of this does anything, and nothing fails.
 */
@NullMarked
package io.lockstep.service.systemd;

import org.jspecify.annotations.NullMarked;
