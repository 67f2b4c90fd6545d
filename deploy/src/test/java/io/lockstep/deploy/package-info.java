/**
 * Tests that look at all modules together: which may use which, what the packaged programs contain, and the demo.
 *
 * <p>They read what the build has left in the other modules' {@code target}, and fail with the path of what is missing there.
 */
@NullMarked
package io.lockstep.deploy;

import org.jspecify.annotations.NullMarked;
