/**
 * The rules proper: what a host needs, answers and does next, from the claims and open handovers of one moment and from what it saw
 * of the domain itself.
 *
 * <p>Guarantee: each is a function of its arguments; the words that they are written in are in {@code claim}, {@code handover},
 * {@code domain} and {@code volume}, which know no rule.
 */
@NullMarked
package io.lockstep.core.rule;

import org.jspecify.annotations.NullMarked;
