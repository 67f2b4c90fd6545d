@NullMarked
package io.lockstep.agent.claim;

import org.jspecify.annotations.NullMarked;
