/**
 * The agent's settings and the wiring of its parts.
 */
@NullMarked
package io.lockstep.agent.config;

import org.jspecify.annotations.NullMarked;
