/** What has been: who held which volume when, and what people did by hand. */
@NullMarked
package io.lockstep.cli.history;

import org.jspecify.annotations.NullMarked;
