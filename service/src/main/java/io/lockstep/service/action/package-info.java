/**
 * What people do by hand, as it is kept for those who ask later.
 *
 * <p>Whoever carries out something at a person's word, agent or controller, tells {@link
 * io.lockstep.service.action.ManualActions} when it is done or refused.
 */
@NullMarked
package io.lockstep.service.action;

import org.jspecify.annotations.NullMarked;
