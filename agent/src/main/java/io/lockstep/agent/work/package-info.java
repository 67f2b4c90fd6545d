/**
 * When work is done, and until when it is worth doing: deadlines, wakes, and word of changes.
 */
@NullMarked
package io.lockstep.agent.work;

import org.jspecify.annotations.NullMarked;
