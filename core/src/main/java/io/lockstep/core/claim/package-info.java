/**
 * Claims: which volumes the domains of this host need, and in which mode.
 *
 * <p>Guarantee: the mode that a host asks for is computed here from all claims and open handovers of one moment, and from
 * nothing else.
 */
@NullMarked
package io.lockstep.core.claim;

import org.jspecify.annotations.NullMarked;
