@NullMarked
package io.lockstep.agent.lane;

import org.jspecify.annotations.NullMarked;
