/**
 * Probes, as Kubernetes and systemd want them.
 */
@NullMarked
package io.lockstep.agent.health;

import org.jspecify.annotations.NullMarked;
