#!/bin/busybox sh
# The machine's first process. Its root is made of three layers: the host's root and the unpacked system, both read
# only, and memory over them, so that the host's own Python environment runs in it and nothing of the host changes.
# The kernel hands `job` on from its command line: the program to run then.
export PATH=/bin
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t devtmpfs dev /dev
mount -t sysfs sys /sys
for module in /modules/*; do insmod "$module" || echo "cannot load $module"; done
for layer in host system; do
    mount -t 9p -o trans=virtio,version=9p2000.L,ro,msize=262144,cache=loose $layer /$layer || echo "cannot mount $layer"
done
mount -t tmpfs memory /memory
mkdir /memory/changed /memory/work
mount -t overlay -o lowerdir=/system:/host,upperdir=/memory/changed,workdir=/memory/work root /root || echo "cannot make a root"
for folder in proc dev sys; do mount --move /$folder /root/$folder; done
exec switch_root /root /bin/sh "$job"
