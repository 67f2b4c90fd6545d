@NullMarked
package io.lockstep.agent.config;

import org.jspecify.annotations.NullMarked;
