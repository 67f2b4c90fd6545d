/**
 * The device-mapper devices of this host, from sysfs and {@code dmsetup}, and who has them open. Takes no LVM lock.
 */
@NullMarked
package io.lockstep.lvm.devicemapper;

import org.jspecify.annotations.NullMarked;
