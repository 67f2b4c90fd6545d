@NullMarked
package io.lockstep.agent.state;

import org.jspecify.annotations.NullMarked;
