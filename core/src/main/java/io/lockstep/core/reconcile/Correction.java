package io.lockstep.core.reconcile;

import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.Volume;

/** One volume to be brought to one mode, because of a drift. Idempotent, and the lock manager may refuse it. */
public record Correction(Volume volume, LockMode to, Drift drift) {}
