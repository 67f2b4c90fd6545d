@NullMarked
package io.lockstep.agent.work;

import org.jspecify.annotations.NullMarked;
