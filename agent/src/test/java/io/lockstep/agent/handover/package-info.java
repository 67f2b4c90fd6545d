@NullMarked
package io.lockstep.agent.handover;

import org.jspecify.annotations.NullMarked;
