#!/bin/sh
# What the machine does once its root is there: load the Bluetooth drivers, run the evening, switch off.
# Without the kernel's hash and cipher sockets bluetoothd has no cryptography, and makes no address for an adapter.
# The kernel hands `project`, `python` and `kernels` on from its command line.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root PYTHONDONTWRITEBYTECODE=1 TERM=dumb
export NUMBA_CACHE_DIR="$kernels" NUMBA_CPU_NAME=generic NUMBA_CPU_FEATURES=
mount -t tmpfs run /run
mkdir -p /run/dbus
ip link set lo up 2>/dev/null
modprobe -a hci_vhci uhid cmac ecb algif_hash algif_skcipher || echo "no Bluetooth drivers"
cd "$project" && "$python" -m tests.bluez.guest /dev/ttyS1
echo "the evening ended with status $?"
echo o > /proc/sysrq-trigger
sleep 60
