/**
 * Health as Kubernetes asks for it: started, alive, ready; the data says what is missing.
 *
 * <p>Guarantee: an unknown host never makes the controller unready, since it can serve all others.
 */
@NullMarked
package io.lockstep.controller.health;

import org.jspecify.annotations.NullMarked;
