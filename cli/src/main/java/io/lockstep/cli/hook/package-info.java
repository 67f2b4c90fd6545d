/**
 * What concerns libvirt's hook: the break-glass files that it reads, and the import of another hook script's configuration.
 *
 * <p>Guarantee: nothing here needs an agent or a controller.
 */
@NullMarked
package io.lockstep.cli.hook;

import org.jspecify.annotations.NullMarked;
