@NullMarked
package io.lockstep.agent.platform;

import org.jspecify.annotations.NullMarked;
