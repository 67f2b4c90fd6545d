/**
 * Disks of running domains: {@code attach-disk} and {@code detach-disk}.
 */
@NullMarked
package io.lockstep.cli.disk;

import org.jspecify.annotations.NullMarked;
