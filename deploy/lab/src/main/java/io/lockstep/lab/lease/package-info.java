/**
 * Who holds what, read from sanlock's lease area on the shared disk by sanlock's own tool, outside of any host.
 */
@NullMarked
package io.lockstep.lab.lease;

import org.jspecify.annotations.NullMarked;
